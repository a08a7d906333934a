import { expect, test } from "vitest";
import { methodNames, shortNames } from "../../src/bench/method-of.ts";

test("a peer is called by its script, whatever stands behind it, and by its arguments where two would be called the same", () => {
  expect(shortNames(["labloop", "peer:python3 /a/b/opt.py --out log 60", "peer:./mine 60"])).toEqual([
    "labloop",
    "opt",
    "mine",
  ]);
  expect(shortNames(["peer:python3 opt.py --n 60", "peer:python3 opt.py --n 70"])).toEqual([
    "opt --n 60",
    "opt --n 70",
  ]);
  expect(shortNames(['peer:"/my env/python3.11" -m lab.peer x', "peer:node --no-warnings q/random-peer.ts"])).toEqual([
    "lab.peer",
    "random-peer",
  ]);
});

test("every unknown method is named, and a comma within quotes parts nothing", () => {
  expect(() => methodNames("labloop,botorch,baybe")).toThrow("there is no method 'botorch', nor 'baybe'");
  expect(methodNames('peer:python3 opt.py "1,2",sobol')).toEqual(['peer:python3 opt.py "1,2"', "sobol", "random"]);
});
