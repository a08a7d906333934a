#!/bin/sh
# Makes archive/ anew: every campaign is run by the version that its name begins with, in the lab of lab/.
#   sh test/replay/make-archive.sh SCRATCH
# SCRATCH is an empty folder outside the repository. The scaled campaign, and so its pinned digest, differs each time.
set -eu
scratch=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)

for version in 9117932 3d448f3; do
  git -C "$here" worktree add --detach "$scratch/$version" "$version"
  mkdir "$scratch/$version/test/replay"
  cp -r "$here/lab" "$scratch/$version/test/replay/"
  (cd "$scratch/$version" && node packages/cli/bin/bootstrap.mjs)
done

# campaign VERSION NAME LAB KILL: in virtual time, killed at a point of test/support/kill-at.ts ("none:0" for none).
campaign() (
  cd "$scratch/$1"
  LABLOOP_KILL_AT=$4 node_modules/.bin/node --import ./test/support/kill-at.ts packages/cli/bin/labloop.mjs \
    run test/replay/lab/campaign.yaml --lab "test/replay/lab/$3" --clock virtual --seed 7 --json --data "$scratch/$1-$2"
)
campaign 9117932 finished lab.yaml none:0
campaign 9117932 killed lab.yaml device-after:55 || true
campaign 3d448f3 finished safe-lab.yaml none:0
campaign 3d448f3 killed safe-lab.yaml device-after:55 || true
# Killed when the first printer has begun and nothing is known of it; then it ends with exit code 4, in doubt.
campaign 3d448f3 doubt forgetful-lab.yaml device-after:28 || true
campaign 3d448f3 doubt forgetful-lab.yaml none:0 || true

# An E-STOP in the middle of two prints, cleared, and resumed by a person; only a scaled campaign has a page to say so.
(
  cd "$scratch/3d448f3"
  node_modules/.bin/node packages/cli/bin/labloop.mjs run test/replay/lab/campaign.yaml \
    --lab test/replay/lab/safe-lab.yaml --clock scaled --scale 1000 --seed 7 --port 4899 --json \
    --data "$scratch/3d448f3-estop" > "$scratch/estop.out" &
  say() {
    sleep 1
    curl -s -X POST -H 'content-type: application/json' http://127.0.0.1:4899/api/commands -d "$1"
  }
  until grep -q '"step.started"' "$scratch/estop.out"; do sleep 0.1; done
  say '{"type":"estop.raise","name":"Ada","reason":"smoke"}'
  say '{"type":"estop.clear","name":"Ada","reason":"it was toast"}'
  say '{"type":"campaign.resume","name":"Ada"}'
  wait
)

cd "$scratch"
rm -rf "$here/archive"
for name in *-*; do node "$here/pack.ts" "$name" "$here/archive/$name"; done
node "$here/pin.ts"
for version in 9117932 3d448f3; do git -C "$here" worktree remove --force "$scratch/$version"; done
