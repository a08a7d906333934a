import { LabError, type Values } from "@labloop/contracts";
import type { Ending, Evidence, Operation, OperationContext } from "../define-device.ts";
import { countedFunctions } from "./counted.ts";
import { FaultError } from "./faults.ts";
import type {
  ActFunctions,
  AnyCountedForm,
  AnyForm,
  AnyRunForm,
  AnyWatchedForm,
  TypedContext,
} from "./operation-form.ts";
import { unprobed } from "./unprobed.ts";

/**
 * Returns the operation that the kit carries out, cut where the contract cuts it, of whichever form it was declared in.
 * Throws `driver.form` for one that fits none, as only a driver that was not compiled can have it.
 */
export function toOperation<Session>(name: string, form: AnyForm<Session>): Operation<Session> {
  const { baseline, start, watch, probe, stop, probes } = functionsOf(name, form);
  const {
    title,
    description,
    version = "1.0.0",
    params,
    result,
    retryClass,
    duration,
    locks,
    asks,
    hasPartials,
  } = form;
  /** What acts were refused with as they were set off: an end, and no lost wire. */
  const refusals = new WeakMap<Evidence, Ending>();
  return {
    title,
    ...(description === undefined ? {} : { description }),
    version,
    params,
    result,
    ...(retryClass === undefined ? {} : { retryClass }),
    duration,
    locks,
    asks,
    ...(hasPartials === undefined ? {} : { hasPartials }),
    ...(probes === undefined ? {} : { probes }),
    ...(stop === undefined ? {} : { stop }),
    ...(form.pause === undefined ? {} : { pause: form.pause }),
    ...(form.resume === undefined ? {} : { resume: form.resume }),
    baseline: (session, values, context) => baseline(session, values, typed(context, values, {})),
    async start(session, values, before, context) {
      try {
        await start(session, values, typed(context, values, before));
      } catch (error) {
        if (!(error instanceof FaultError)) throw error;
        refusals.set(before, error.ending);
      }
    },
    watch: async (session, values, before, context) =>
      refusals.get(before) ?? ending(() => watch(session, values, typed(context, values, before))),
    probe: (session, values, before, context) => probe(session, values, typed(context, values, before)),
  };
}

function functionsOf<Session>(name: string, form: AnyForm<Session>): ActFunctions<Session> {
  if (form.run !== undefined) return runFunctions(name, form);
  if (typeof form.probe === "object") {
    const counted = form as AnyCountedForm<Session>;
    const { rises, state } = counted.probe;
    const isCounted = typeof state === "function" && (rises === "begin" || rises === "end");
    if (
      isCounted &&
      counted.start !== undefined &&
      (counted.finish !== undefined || Object.keys(form.result).length === 0)
    )
      return countedFunctions(counted);
    throw wrongForm(
      name,
      "what is counted needs `start`, `probe: { rises, state }`, and `finish` where it has a result",
    );
  }
  const { baseline, start, watch, probe } = form as Partial<AnyWatchedForm<Session>>;
  if (baseline !== undefined && start !== undefined && watch !== undefined && probe !== undefined) {
    return form as AnyWatchedForm<Session>;
  }
  if (start !== undefined && probe === undefined) {
    const message = "it has `start` and no `probe`: after a crash nobody could tell whether it took place";
    throw wrongForm(name, message, howToProbe);
  }
  throw wrongForm(
    name,
    "it needs `run`; or `start` and `probe: { rises, state }`; or `baseline`, `start`, `watch` and `probe`",
  );
}

const howToProbe =
  'add probe: { rises: "begin" or "end", state } where the instrument counts its acts; baseline, watch and probe where the evidence is another; or, where it may be done again, run with retryClass: "idempotent" or "retry-safe" in place of start';

function wrongForm(name: string, message: string, hint = "the compiler says the same: labloop driver test"): LabError {
  return new LabError("driver.form", `the operation ${name}: ${message}`, { hint });
}

/**
 * `run` in four functions. `start` sets it off in the turn in which the kit has made `started` durable, and `watch` waits for
 * it. What this process did not set off it never watches, and so never runs a second time.
 */
function runFunctions<Session>(name: string, { run, retryClass, stop }: AnyRunForm<Session>): ActFunctions<Session> {
  if (retryClass !== "idempotent" && retryClass !== "retry-safe") {
    throw wrongForm(
      name,
      "`run` is for what may be done again, by its retryClass; what may not needs a probe",
      howToProbe,
    );
  }
  const underWay = new WeakMap<Evidence, Promise<Ending>>();
  return {
    baseline: async () => ({}),
    async start(session, params, context) {
      const end = ending(() => run(session, params, context));
      // It is waited for by `watch`; an act that was halted meanwhile is looked for by `probe` instead.
      end.catch(() => {});
      underWay.set(context.baseline, end);
    },
    async watch(_session, _params, { baseline }) {
      const end = underWay.get(baseline);
      if (end === undefined) throw new LabError("device.notSetOffHere", "this act was set off by an earlier process");
      return end;
    },
    probe: async () => unprobed(retryClass),
    stop,
    // People who settle a doubt are told that asking again is no use.
    ...(retryClass === "idempotent" ? { probes: false } : {}),
  };
}

/** The end of an act; a declared fault is an end too, anything else that is thrown asks for evidence. */
async function ending(act: () => Promise<Ending>): Promise<Ending> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof FaultError) return error.ending;
    throw error;
  }
}

function typed(context: OperationContext, params: Values, baseline: Evidence): TypedContext<Values, Values> {
  return {
    ...context,
    baseline,
    done(result, { executed, evidence } = {}) {
      const carriedOut = { ...params, ...(executed as Values | undefined) };
      return { state: "succeeded", result, executed: carriedOut, ...(evidence === undefined ? {} : { evidence }) };
    },
    partial: (values) => context.partial(values as Values),
  };
}
