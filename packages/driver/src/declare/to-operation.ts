import { LabError, type RetryClass, type Values } from "@labloop/contracts";
import type { Ending, Evidence, Finding, Operation, OperationContext } from "../define-device.ts";
import { FaultError } from "./faults.ts";
import type { AnyForm, OnceForm, RepeatableForm, TypedContext } from "./operation-form.ts";

/** Returns the operation that the kit carries out, cut where the contract cuts it, of whichever form it was declared in. */
export function toOperation<Session>(form: AnyForm<Session>): Operation<Session> {
  if (form.run !== undefined) {
    const { run, probe, before, ...common } = form;
    return { ...common, ...runFunctions<Session>({ run, probe, before, retryClass: form.retryClass }) };
  }
  const { baseline, start, watch, probe } = form;
  return {
    ...form,
    baseline: (session, params, context) => baseline(session, params, typed(context, params)),
    start: (session, params, evidence, context) => start(session, params, evidence, typed(context, params)),
    watch: (session, params, evidence, context) =>
      ending(() => watch(session, params, evidence, typed(context, params))),
    probe: (session, params, evidence, context) => probe(session, params, evidence, typed(context, params)),
  };
}

type Short<Session> = Pick<OnceForm<Session, Values, Values>, "before" | "run"> & {
  readonly probe: RepeatableForm<Session, Values, Values>["probe"] | undefined;
  readonly retryClass: RetryClass | undefined;
};

/**
 * The short form in four functions. `start` sets `run` off in the turn in which the kit has made `started` durable, and
 * `watch` waits for it. What this process did not set off it never watches, and so never runs a second time.
 */
function runFunctions<Session>({
  run,
  probe,
  before,
  retryClass,
}: {
  [Key in keyof Short<Session>]-?: Short<Session>[Key] | undefined;
}): Pick<Operation<Session>, "baseline" | "start" | "watch" | "probe" | "probes"> {
  if (run === undefined) throw new LabError("device.noRun", "an operation of the short form needs `run`");
  const underWay = new WeakMap<Evidence, Promise<Ending>>();
  return {
    baseline: async (session, params, context) => (await before?.(session, params, typed(context, params))) ?? {},
    async start(session, params, baseline, context) {
      const end = ending(() => run(session, params, { ...typed(context, params), before: baseline }));
      // It is waited for by `watch`; an act that was halted meanwhile is looked for by `probe` instead.
      end.catch(() => {});
      underWay.set(baseline, end);
    },
    async watch(_session, _params, baseline) {
      const end = underWay.get(baseline);
      if (end === undefined) throw new LabError("device.notSetOffHere", "this act was set off by an earlier process");
      return end;
    },
    probe:
      probe === undefined
        ? async () => whenRepeatable(retryClass)
        : async (session, params, baseline, context) => {
            const finding = await probe(session, params, baseline, typed(context, params));
            return watchable(finding) ? unwatched(finding.evidence) : finding;
          },
    // People who settle a doubt are told that asking again is no use.
    ...(probe === undefined && retryClass === "idempotent" ? { probes: false } : {}),
  };
}

/** Types forbid it; for drivers that were not compiled. To go on watching would be to run again. */
function watchable({ outcome }: Finding): boolean {
  return outcome === "running";
}

function unwatched(evidence: Evidence): Finding {
  const why = "found running, and an act in the short form cannot be watched again";
  return { outcome: "unknown", decisive: false, evidence: { ...evidence, why } };
}

/** What is known, without a look, of an act that may be done again. */
function whenRepeatable(retryClass: RetryClass | undefined): Finding {
  if (retryClass === "retry-safe") {
    const why = "a reading that was not reported is lost, and taking it moved nothing";
    return { outcome: "not-happened", decisive: true, isUnbegun: true, evidence: { why } };
  }
  return { outcome: "unknown", decisive: false, evidence: { why: "doing it again changes nothing: nobody looked" } };
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

function typed(context: OperationContext, params: Values): TypedContext<Values, Values> {
  return {
    ...context,
    done(result, { executed, evidence } = {}) {
      const carriedOut = { ...params, ...(executed as Values | undefined) };
      return { state: "succeeded", result, executed: carriedOut, ...(evidence === undefined ? {} : { evidence }) };
    },
    partial: (values) => context.partial(values as Values),
  };
}
