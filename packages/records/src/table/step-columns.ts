import type { Observation, StepProvenance } from "@labloop/contracts";
import { type Cell, type Column, instant, known, knownOr, none } from "./column.ts";

const beforeFirmware = { value: null, reason: "the journal was begun before firmware was kept" } as const;

type Read = (step: StepProvenance) => Cell;

/**
 * Returns the columns of which device did each step, how it was calibrated, and when; a step that a run did not get to
 * has nothing to tell. Steps after the last one that is measured belong to no observation and have no columns.
 */
export function stepColumns(stepKeys: readonly string[], observations: readonly Observation[]): Column[] {
  const done = new Set(observations.flatMap(({ steps }) => steps.map(({ step }) => step)));
  return stepKeys
    .filter((key) => done.has(key))
    .flatMap((key) => {
      const taken = observations.flatMap(({ steps }) => steps.filter(({ step }) => step === key));
      const photos = new Set(taken.flatMap((step) => Object.keys(step.photos ?? {})));
      const isEntered = taken.some(({ entered }) => entered !== undefined);
      return columnsOfStep(key, [...photos].toSorted(), isEntered);
    });
}

function columnsOfStep(key: string, photos: readonly string[], isEntered: boolean): Column[] {
  const column = (name: string, type: Column["type"], en: string, ja: string, source: string, read: Read): Column => ({
    name: `step_${key}_${name}`,
    type,
    unit: null,
    description: { en: `Step ${key}: ${en}`, ja: `手順 ${key}：${ja}` },
    source: `steps.${key}.${source}`,
    cell: ({ observation }) => {
      const step = observation.steps.findLast((each) => each.step === key);
      return step === undefined ? none : read(step);
    },
  });
  return [
    column("device", "string", "device", "装置", "device", (step) => known(step.device)),
    column("serial", "string", "serial number of the device", "装置の製造番号", "serial", (step) =>
      knownOr(step.serial, (serial) => serial),
    ),
    column("driver", "string", "driver", "ドライバー", "driver", (step) => known(step.driver)),
    column("driver_version", "string", "version of the driver", "ドライバーの版", "driverVersion", (step) =>
      known(step.driverVersion),
    ),
    column("firmware", "string", "firmware of the device", "装置のファームウェア", "firmware", (step) =>
      knownOr(step.firmware ?? beforeFirmware, (firmware) => firmware),
    ),
    column("operation", "string", "operation", "操作", "operation", (step) => known(step.operation)),
    column("operation_version", "string", "version of the operation", "操作の版", "operationVersion", (step) =>
      known(step.operationVersion),
    ),
    column("calibration", "string", "calibration its values rest on", "校正の参照", "calibration.reference", (step) =>
      knownOr(step.calibration, ({ reference }) => reference),
    ),
    column(
      "calibration_expires",
      "string",
      "day on which that calibration expires",
      "校正の有効期限",
      "calibration.expires",
      (step) => knownOr(step.calibration, ({ expires }) => expires, "the lab file states no expiry of the calibration"),
    ),
    column("command_id", "string", "command, by its id", "コマンドの識別子", "commandId", (step) =>
      known(step.commandId),
    ),
    column("attempt", "integer", "which attempt it was, from 1", "何回目の試みか（1 から）", "attempt", (step) =>
      known(step.attempt),
    ),
    column(
      "started_at",
      "timestamp",
      "when it started, lab time, UTC",
      "開始日時（実験室時刻、UTC）",
      "startedAt",
      (step) => knownOr(step.startedAt, instant),
    ),
    column("ended_at", "timestamp", "when it ended, lab time, UTC", "終了日時（実験室時刻、UTC）", "endedAt", (step) =>
      known(instant(step.endedAt)),
    ),
    column(
      "raw_digest",
      "string",
      "SHA-256 of what the device returned",
      "装置が返した結果の SHA-256",
      "rawDigest",
      (step) => known(step.rawDigest),
    ),
    ...(isEntered
      ? [
          column(
            "entered_by",
            "string",
            "who entered its result by hand; empty where a device reported it",
            "結果を手で入力した人（装置が報告した場合は空）",
            "entered.by",
            ({ entered }) => (entered === undefined ? none : known(entered.by?.name ?? "taken from evidence")),
          ),
        ]
      : []),
    ...photos.map((name) =>
      column(
        `photo_${name}`,
        "string",
        `SHA-256 of the photo ${name}`,
        `写真 ${name} の SHA-256`,
        `photos.${name}`,
        (step) => {
          const photo = step.photos?.[name];
          return photo === undefined ? none : known(photo.sha256);
        },
      ),
    ),
  ];
}
