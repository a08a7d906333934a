import type { BackEndKind } from "./back-end.ts";
import { checkAppended, checkData, checkLength, checkPlaces, checkTheta } from "./check-data.ts";
import { jointCovariance } from "./covariance.ts";
import { evaluateSlopes, evaluateValue } from "./evaluate.ts";
import { appendRow, dropRows, keptOf, makeFactor } from "./factor.ts";
import type { Kernel, LikelihoodSlopes, Theta } from "./kernel-types.ts";
import { lentBackEnd } from "./lend-memory.ts";
import { openPortable } from "./open-portable.ts";
import { openWasm, wasmRuns } from "./open-wasm.ts";
import { predict, predictMeans } from "./predict.ts";
import { openSession, type Session } from "./session.ts";

/**
 * Returns a kernel on the wasm twin where the machine runs it, else on the plain one, unless `backEnd` says which; both give
 * equal bits.
 */
export function openKernel(options: { readonly backEnd?: BackEndKind } = {}): Kernel {
  const kind = options.backEnd ?? (wasmRuns() ? "wasm" : "portable");
  const backEnd = kind === "wasm" ? lentBackEnd(openWasm) : openPortable();
  let loaded: Session | null = null;

  function session(): Session {
    if (loaded === null) throw new Error("no data are loaded: call load first");
    return loaded;
  }

  /** Checks what every prediction is given; returns the number of places. */
  function checkPrediction(places: Float64Array, means: Float64Array): number {
    const { features } = session();
    checkPlaces(places, features);
    const count = places.length / features;
    checkLength("means", means, count);
    return count;
  }

  function copyOut(address: number): Float64Array {
    return backEnd.heap().slice(address >>> 3, (address >>> 3) + session().rows);
  }

  return {
    backEnd: backEnd.kind,
    load(data) {
      checkData(data);
      loaded = openSession(backEnd, data);
    },
    rows: () => session().rows,
    evaluate(theta: Theta, { slopes }: { readonly slopes: boolean }) {
      checkTheta(theta, session().groupCount);
      // Without slopes the answer is a part of what the callers of the other overload are promised.
      return (slopes ? evaluateSlopes(session(), theta) : evaluateValue(session(), theta)) as LikelihoodSlopes | null;
    },
    factor(theta) {
      checkTheta(theta, session().groupCount);
      return makeFactor(session(), theta);
    },
    mean: () => keptOf(session()).mean,
    alpha() {
      keptOf(session());
      return copyOut(session().layout.keptAlpha);
    },
    inverseDiagonal() {
      keptOf(session());
      const { layout, rows } = session();
      backEnd.use().columnSquares(layout.matrix, layout.centred, rows, layout.rowBytes);
      return copyOut(layout.centred);
    },
    predict(places, means, variances) {
      checkLength("variances", variances, checkPrediction(places, means));
      predict(session(), places, means, variances);
    },
    predictMeans(places, means) {
      checkPrediction(places, means);
      predictMeans(session(), places, means);
    },
    covariance(places, means, covariance) {
      const count = checkPrediction(places, means);
      checkLength("covariance", covariance, count * count);
      jointCovariance(session(), places, means, covariance);
    },
    appendRow(row, { keepMean = false } = {}) {
      checkAppended(row, session().features, session().rows);
      return appendRow(session(), row, keepMean);
    },
    dropRows(count) {
      const { rows, loaded: first } = session();
      dropRows(session(), count ?? rows - first);
    },
  };
}
