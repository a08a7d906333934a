import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { LabDocument, MaintenanceCount, MaintenanceWatch } from "@labloop/contracts";
import { pathsOf } from "../data-folder.ts";
import { foldersUnder } from "./campaign-folders.ts";

/** A maintenance that a lab file states, and how far it has been counted. */
export interface LabMaintenance {
  readonly device: string;
  readonly watch: MaintenanceWatch;
  /** Null before any campaign has counted, and in a simulated lab, where each run has instruments of its own. */
  readonly count: MaintenanceCount | null;
}

/**
 * Returns every maintenance of a lab with what its campaigns have counted, whose data folders are under `data`, or beside it
 * where it is one itself. Throws `lab.campaignUnreadable` for a journal that cannot be read.
 */
export async function labMaintenance({ lab, mode, devices }: LabDocument, data: string): Promise<LabMaintenance[]> {
  const stated = Object.entries(devices).flatMap(([device, { maintenance = [] }]) =>
    maintenance.map((watch) => ({ device, watch })),
  );
  const folders = stated.length === 0 || mode === "simulated" ? [] : foldersIn(resolve(data));
  // Few labs have any, and whoever folds a journal loads most of an engine.
  const readings =
    folders.length === 0 ? [] : (await import("./maintained-in-lab.ts")).maintainedInLab(folders, { lab, world: null });
  return stated.map(({ device, watch }) => {
    const read = readings.find((reading) => reading.device === device && reading.name === watch.name);
    const since = watch.last === undefined ? null : Date.parse(watch.last);
    const isNewer = read !== undefined && read.since >= (since ?? Number.NEGATIVE_INFINITY);
    const count = isNewer ? { acts: read.acts, since: read.since } : since === null ? null : { acts: 0, since };
    return { device, watch, count };
  });
}

function foldersIn(data: string) {
  const parent = existsSync(pathsOf(data).journal) ? dirname(data) : data;
  return existsSync(parent) ? foldersUnder(parent) : [];
}
