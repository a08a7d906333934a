import { hostname } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bus, Will } from "@labloop/bus";
import { createRandomIds, createSeededIds } from "@labloop/clock";
import { employPeople } from "./lab/simulated-people.ts";
import { loginName } from "./login-name.ts";
import {
  type Actor,
  type Clock,
  type ClockAnchor,
  isSameClock,
  LabError,
  type Log,
  type RecordedEvent,
} from "@labloop/contracts";
import { createFolding, type Engine, type EngineEnd, type EngineOptions, openEngine } from "@labloop/engine";
import { openPhotoShelf } from "@labloop/gateway/photo-shelf";
import { createProjection, type Journal, openJournal } from "@labloop/journal";
import { openProposer } from "@labloop/optimizer/worker";
import { noteDashboard } from "./doubt/dashboard-address.ts";
import { claimFolder, type DataFolder, openDataFolder, readHistory } from "./data-folder.ts";
import { diskRoom, requireRoom, watchDisk } from "./disk.ts";
import type { LoadedCampaign } from "./lab/load-campaign.ts";
import { driverDesk } from "./drivers/driver-desk.ts";
import { openDrivers } from "./drivers/open-drivers.ts";
import { lastDeviceAt } from "./lab/open-devices.ts";
import type { BrokerAccess } from "./lab/broker-access.ts";
import { cell } from "./lab/cell.ts";
import { writeLabAddress } from "./lab/lab-address.ts";
import { leastEpoch } from "./lab/least-epoch.ts";
import { neighboursOf } from "./lab/campaign-folders.ts";
import { leftInLab } from "./lab/left-in-lab.ts";
import { refuseBeside } from "./lab/refuse-beside.ts";
import { maintainedInLab } from "./lab/maintained-in-lab.ts";
import { openLinks } from "./lab/open-links.ts";

import { openUploadsBeside, uploadToken } from "./lab/open-uploads.ts";
import { loadWorldModule, openWorld, type SimulatedWorld } from "./lab/open-world.ts";
import type { PlantAddress } from "./lab/plants-at.ts";
import { openTime, type Time } from "./lab/time.ts";
import { inVirtualOrder, whileTimePasses } from "./lab/virtual-order.ts";
import type { DriverReload } from "./drivers/supervise-driver.ts";
import { watchReloads } from "./drivers/watch-reloads.ts";
import { besideTable } from "@labloop/records/beside-table";
import { type FinalLine, finalLine } from "./report/final-line.ts";
import { keepRandomBand } from "./report/random-band.ts";
import { openObservationsCsv } from "./report/observations-csv.ts";
import { type StoppedEarly, stoppedEarly } from "./report/stopped-early.ts";

/** The page as the bootstrap has built it. */
const builtDashboard = fileURLToPath(new URL("../../dashboard/dist/", import.meta.url));

export interface RunOptions {
  readonly campaign: LoadedCampaign;
  readonly data: string;
  readonly seed: number;
  readonly clock: ClockAnchor["kind"];
  readonly scale: number;
  readonly broker: string | undefined;
  /** What its clients show to that broker; nothing by default. */
  readonly access?: BrokerAccess;
  /** Set when drivers, and a simulated world, run in other processes; the engine finds them on the broker. */
  readonly elsewhere?: DevicesElsewhere | null;
  readonly log: Log;
  readonly onRecord: (record: RecordedEvent, engine: () => Engine | null) => void;
  /** Where the dashboard is served; null for none. Virtual time has none: it is over before a page could load. */
  readonly dashboard: { readonly port?: number; readonly isPortFixed?: boolean } | null;
  /** Whether a person is there to settle what nobody else can; else such a campaign ends, and can be resumed. */
  readonly waitsForPeople?: boolean;
  /** Called once everything is up, with a handle for steering. */
  readonly onOpen: (engine: Engine, where: Whereabouts) => void;
  /** What to wait for after the end, with everything still up; nothing by default. */
  readonly stayUntil?: (ended: RunEnd) => Promise<void>;
}

/** What is known of a lab that runs in other processes. */
export interface DevicesElsewhere {
  /** The clock of its world; null in a real lab. */
  readonly clock: ClockAnchor | null;
  readonly seed: number | null;
}

/** Where the parts of a running campaign are. */
export interface Whereabouts {
  readonly broker: string;
  readonly data: string;
  readonly dashboard: string | null;
  readonly journal: Pick<Journal, "subscribe">;
  readonly bus: Bus;
  readonly labClock: Clock;
}

/** How a run of the process ended, and the campaign's last line when it is finished. */
export interface RunEnd {
  readonly end: EngineEnd | { readonly kind: "before" };
  readonly last: FinalLine | null;
  /** Whether the campaign ended because a person stopped or aborted it. */
  readonly wasStopped: boolean;
  /** How it was stopped early; null when it was not, or is not over. */
  readonly stopped: StoppedEarly | null;
}

/** Runs a campaign in a data folder to its end, taking up whatever is unfinished there; a finished one only reports. */
export async function runCampaign(options: RunOptions): Promise<RunEnd> {
  const { campaign, seed, clock, scale, elsewhere = null, log } = options;
  const folder = openDataFolder(options.data);
  requireRoom(folder.path);
  const { digests } = campaign;
  const labFile = resolve(campaign.lab.path);
  claimFolder(folder, { v: 1, campaign: campaign.checked.campaign.campaign, digests, seed, clock, scale, labFile });
  const history = readHistory(folder);
  const worldModule = elsewhere === null ? await loadWorldModule(campaign.lab) : null;
  const lastElsewhereAt =
    clock === "virtual" ? Math.max(worldModule?.lastAt(folder.world) ?? 0, lastDeviceAt(folder.devices)) : 0;
  const anchor = elsewhere?.clock ?? null;
  if (anchor !== null && history !== null && !isSameClock(anchor, history.anchor)) {
    throw new LabError("run.differentClock", `${folder.path} was begun with another lab clock than its world keeps`);
  }
  const time = openTime({ kind: clock, scale, anchor }, history, lastElsewhereAt);
  const { labClock, linkClock } = time;

  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const each of closers.splice(0).reverse()) await each();
  };
  try {
    const engineId = time.virtual === null ? `${hostname().toLowerCase()}-${process.pid}` : "virtual";
    const past = createPast(options.dashboard !== null && time.virtual === null);
    const journal = openJournal({
      file: folder.journal,
      ...(history?.isOver === true ? {} : { minEpoch: leastEpochIn(folder, options) }),
      onHistory: past.take,
      cell,
      holder: engineId,
      leaseLifeMs: time.virtual === null ? 10_000 : 3_600_000,
      monotonicNow: () => linkClock.now(),
    });
    closers.push(() => journal.close());
    // Only now: of two that begin at once the later sees the journal of the other.
    if (history?.isOver !== true && hostsInstruments(options)) {
      refuseBeside(folder, { lab: campaign.checked.lab.lab, world: null });
    }
    const { epoch } = journal.lease;
    const wires = time.virtual === null ? "tcp" : "memory";
    const world =
      worldModule === null
        ? null
        : await openWorld(worldModule, campaign.lab, { folder: folder.world, seed, labClock, linkClock, wires });
    if (world !== null) closers.push(() => world.close());
    // For drivers elsewhere: where their instruments are, and the time that is kept here.
    if (world !== null && time.virtual === null && campaign.lab.elsewhere.length > 0) {
      const { lab } = campaign.lab.document;
      writeLabAddress(folder.address, { v: 1, lab, seed, clock: time.anchor, wires: world.addresses() });
    }

    if (history?.isOver !== true) {
      const idsOf = (who: string) =>
        time.virtual === null ? createRandomIds(linkClock) : createSeededIds(linkClock, seed, `${who}/${epoch}`);
      const links = await openLinks(campaign.lab.document.lab, time, options.broker, log, options.access);
      closers.push(() => links.close());
      const heartbeatMs = time.virtual === null ? 1_000 : 60_000;
      let engine: Engine | null = null;
      const noteReload = ({ device, by, from, to }: DriverReload) =>
        engine?.noteReload({ device, by: { kind: "operator", name: by }, from, to });
      const around = {
        folder: folder.devices,
        labClock,
        linkClock,
        idsOf,
        join: (id: string, will: () => Will) => links.join(id, will),
        world,
        heartbeatMs,
        uploadToken: uploadToken(),
        anchor: time.anchor,
        broker: links.where,
        protocol: links.protocol,
        access: options.access?.flags ?? {},
        plantOf: (id: string) => plantIn(world, id),
        onReload: noteReload,
        log,
      };
      const opening = elsewhere === null ? openDrivers(campaign.lab, around) : Promise.resolve(null);
      const drivers = await whileTimePasses(time, opening);
      if (drivers !== null) closers.push(() => whileTimePasses(time, drivers.close()));

      const proposer = inVirtualOrder(openProposer(), time);
      closers.push(() => proposer.close());
      const at = () => new Date(linkClock.now()).toISOString();
      const will = () => ({
        key: "engine" as const,
        name: cell,
        payload: { v: 1 as const, kind: "engine" as const, engineId, epoch, online: false, at: at() },
      });
      const bus = links.join(`eng-${cell}-${epoch}`, will);
      closers.push(() => whileTimePasses(time, bus.close()));

      // In virtual time nothing may depend on a real socket.
      const uploads = time.virtual === null ? await openUploadsBeside(links.where, log) : null;
      if (uploads !== null) closers.push(() => uploads.close());

      const { dashboard } = options;
      let employ: ReturnType<typeof employPeople> | null = null;
      const { space, objective, campaign: document } = campaign.checked;
      const { observations } = past.folding.state;
      // What objectives come to together is observed with them, and no unit of the file is its own.
      const units = objective === null ? document.units : { ...document.units, [objective.name]: objective.unit };
      const stepKeys = campaign.checked.protocol.steps.map(({ key }) => key);
      const parameterTitles = Object.fromEntries(
        Object.entries(document.parameters).flatMap(([name, { title }]) =>
          title === undefined ? [] : [[name, title]],
        ),
      );
      const table = besideTable({ space, parameterTitles, units, stepKeys });
      const addRow = openObservationsCsv(folder.observations, table, observations);
      journal.subscribe(journal.head().seq + 1, (record) => {
        if (record.event.type === "observation.made") addRow(record.event.observation);
        employ?.(record);
        options.onRecord(record, () => engine);
      });
      const photos = openPhotoShelf(folder.photos);
      engine = openEngine({
        journal,
        folding: past.folding,
        bus,
        proposer,
        labClock,
        linkClock,
        ids: idsOf("engine"),
        recipe: campaign.recipe(seed, actorOf(time)),
        engineId: time.virtual === null ? engineId : `${engineId}-${epoch}`,
        clock: time.anchor,
        cell,
        heartbeatMs,
        ...(uploads === null ? {} : { blobUrl: uploads.url }),
        photos,
        log,
        before: beforeIn(folder, journal, options, time),
        waitsForPeople: options.waitsForPeople === true && dashboard !== null && time.virtual === null,
      });
      const opened = engine;
      if (elsewhere !== null && time.virtual === null) {
        closers.push(watchReloads(folder.devices, linkClock, noteReload));
      }
      employ = employPeople(world, opened, labClock, { photos: folder.photos, log });
      uploads?.attach(opened.results);
      closers.push(() => whileTimePasses(time, opened.close()));
      const band = document.objective === undefined ? null : (world?.randomBand(document.budget.experiments) ?? null);
      if (band !== null) keepRandomBand(folder.band, band);
      const gateway =
        dashboard === null || time.virtual !== null
          ? null
          : await (await import("@labloop/gateway")).openGateway({
              ...dashboard,
              desk: opened,
              journal,
              projection: past.projection(),
              bus,
              drivers: driverDesk(drivers, folder.devices, { clock: linkClock, ids: idsOf("reload") }),
              labClock,
              linkClock,
              ids: idsOf("gateway"),
              band,
              assets: builtDashboard,
              observationsCsv: folder.observations,
              photos,
              log,
            });
      if (gateway !== null) closers.push(() => gateway.close(), noteDashboard(folder.dashboard, gateway.url));
      if (time.virtual === null) {
        closers.push(watchDisk({ room: () => diskRoom(folder.path), desk: opened, linkClock, log }));
      }
      const { where: broker } = links;
      options.onOpen(opened, { broker, data: folder.path, dashboard: gateway?.url ?? null, journal, bus, labClock });
      const end = await whileTimePasses(time, opened.end);
      const ended = { end, ...conclude(end.kind === "broken" ? null : end.state, journal.head(), world) };
      await options.stayUntil?.(ended);
      return ended;
    }
    return { end: { kind: "before" }, ...conclude(past.folding.state, journal.head(), world) };
  } finally {
    await close();
  }
}

/** Where a driver in a process of its own finds its instrument of a simulated lab. */
function plantIn(world: SimulatedWorld | null, deviceId: string): PlantAddress | null {
  const tcp = world?.addresses()[deviceId];
  return tcp === undefined ? null : { tcp };
}

/** Whether this process would be the one that drives the instruments of a real lab, or some of them. */
function hostsInstruments({ campaign, elsewhere = null }: RunOptions): boolean {
  const { mode, devices } = campaign.checked.lab;
  return elsewhere === null && mode === "real" && Object.keys(devices).length > campaign.lab.elsewhere.length;
}

/** Where campaigns share devices they share one count of epochs. */
function leastEpochIn(folder: DataFolder, { campaign, elsewhere = null }: RunOptions): number {
  const { lab } = campaign.checked;
  if (lab.mode === "simulated" && elsewhere === null) return 1;
  return leastEpoch(folder, { lab: lab.lab, world: elsewhere?.clock ?? null });
}

/** What other campaigns have left; each simulated lab of one process has a world, and instruments, of its own. */
function beforeIn(
  folder: DataFolder,
  journal: Journal,
  { campaign, elsewhere = null }: RunOptions,
  { labClock }: Time,
): NonNullable<EngineOptions["before"]> {
  const { lab, safety } = campaign.checked;
  if (lab.mode === "simulated" && elsewhere === null) return { held: [], acts: [] };
  const windows = safety.envelope.flatMap(({ totals }) => totals.map(({ windowMs }) => windowMs));
  const totalsOverMs = Math.max(0, ...windows);
  const shared = { lab: lab.lab, world: elsewhere?.clock ?? null };
  const left = leftInLab(folder, journal, { ...shared, totalsOverMs, now: labClock.now() });
  // What no device of this lab needs is not looked for in all journals.
  const needsAny = Object.values(lab.devices).some(({ maintenance }) => maintenance !== undefined);
  return needsAny ? { ...left, maintenance: maintainedInLab(neighboursOf(folder), shared) } : left;
}

/** Makes of a journal, in the one reading that verifies it, all that a run needs of it. */
function createPast(isWatched: boolean) {
  const folding = createFolding();
  let projection = isWatched ? createProjection() : undefined;
  return {
    folding,
    /** What watchers see of it; undefined when nobody watches, or when it cannot be drawn, which whoever draws it says. */
    projection: () => projection,
    take: (record: RecordedEvent): void => {
      folding.take(record);
      try {
        projection?.apply(record);
      } catch {
        // The engine must not fail because a watcher's picture of it cannot be drawn.
        projection = undefined;
      }
    },
  };
}

function conclude(
  state: ReturnType<Engine["state"]> | null,
  head: { seq: number; hash: string },
  world: Parameters<typeof finalLine>[3],
): Omit<RunEnd, "end"> {
  const finished = state?.finished ?? null;
  const campaign = state?.campaign ?? null;
  return {
    last: finished === null || campaign === null ? null : finalLine(finished, campaign, head, world),
    wasStopped: campaign?.endReason != null,
    stopped: state === null ? null : stoppedEarly(state),
  };
}

/** Who runs it: the account's name, and a fixed one in virtual time, where equal seeds give equal journals. */
function actorOf(time: Time): Actor {
  return { kind: "operator", name: time.virtual === null ? loginName() : "simulated operator" };
}
