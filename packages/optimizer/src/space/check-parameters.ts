import type { Fault, StudyParameter } from "@labloop/contracts";

/** Returns everything that is wrong with the parameters of a study by themselves. */
export function checkParameters(parameters: readonly StudyParameter[]): Fault[] {
  const names = parameters.map(({ name }) => name);
  return parameters.flatMap((parameter, index) => {
    const path = `parameters.${index}`;
    const faults = ownFaults(parameter, path);
    if (names.indexOf(parameter.name) < index) {
      const message = `two parameters are called "${parameter.name}"`;
      faults.unshift({ code: "study.nameTwice", message, path: `${path}.name` });
    }
    return faults;
  });
}

function ownFaults(parameter: StudyParameter, path: string): Fault[] {
  const { name } = parameter;
  switch (parameter.kind) {
    case "continuous":
    case "integer": {
      const { min, max } = parameter;
      if (min > max) {
        const message = `the range of "${name}" is empty: min ${min} is above max ${max}`;
        return [{ code: "study.rangeEmpty", message, path }];
      }
      if (parameter.kind === "integer") return [];
      if (parameter.scale === "log" && min <= 0) {
        const message = `"${name}" has a logarithmic scale but begins at ${min}`;
        return [{ code: "study.logScale", message, path: `${path}.min`, hint: "a logarithm needs min above 0" }];
      }
      return [...widthFaults(name, min, max, path), ...stepFaults(parameter, path)];
    }
    case "levels": {
      const at = parameter.levels.findIndex((level, i) => i > 0 && level <= (parameter.levels[i - 1] as number));
      if (at < 0) return widthFaults(name, parameter.levels[0] as number, parameter.levels.at(-1) as number, path);
      const message = `the levels of "${name}" do not rise: ${parameter.levels[at]} stands after ${parameter.levels[at - 1]}`;
      return [{ code: "study.levelsOrder", message, path: `${path}.levels.${at}` }];
    }
    case "ordinal":
      return namedTwice(name, parameter.levels, `${path}.levels`);
    case "categorical":
      return [...namedTwice(name, parameter.options, `${path}.options`), ...descriptorFaults(parameter, path)];
  }
}

function widthFaults(name: string, min: number, max: number, path: string): Fault[] {
  if (Number.isFinite(max - min)) return [];
  const message = `the range of "${name}" from ${min} to ${max} is wider than the largest number`;
  return [{ code: "study.rangeTooWide", message, path, hint: "state it in a larger unit" }];
}

function stepFaults({ name, min, max, step }: Extract<StudyParameter, { kind: "continuous" }>, path: string): Fault[] {
  if (step === undefined || (min + step > min && max - step < max)) return [];
  const message = `"${name}" has steps of ${step}, which are lost in rounding between ${min} and ${max}`;
  return [{ code: "study.stepTooFine", message, path: `${path}.step`, hint: "leave the step out, or widen it" }];
}

function namedTwice(name: string, options: readonly string[], path: string): Fault[] {
  const first = new Map<string, number>();
  options.forEach((option, index) => first.set(option, first.get(option) ?? index));
  return options.flatMap((option, index) => {
    if (first.get(option) === index) return [];
    return [{ code: "study.optionTwice", message: `"${name}" lists "${option}" twice`, path: `${path}.${index}` }];
  });
}

function descriptorFaults(parameter: Extract<StudyParameter, { kind: "categorical" }>, parent: string): Fault[] {
  const { name, options, encoding, descriptors } = parameter;
  const path = `${parent}.descriptors`;
  if (encoding !== "descriptors") {
    if (descriptors === undefined) return [];
    const hint = 'write encoding: "descriptors", or leave them out';
    const message = `"${name}" has descriptors that its encoding "${encoding}" does not use`;
    return [{ code: "study.descriptorsUnused", message, path, hint }];
  }
  if (descriptors === undefined) {
    const message = `"${name}" is encoded by descriptors but has none`;
    return [{ code: "study.descriptorsMissing", message, path }];
  }
  const faults: Fault[] = [];
  const rows = options.flatMap((option) => {
    const row = Object.hasOwn(descriptors, option) ? descriptors[option] : undefined;
    if (row !== undefined && row.length > 0) return [{ option, row }];
    faults.push({
      code: "study.descriptorsMissing",
      message: `option "${option}" of "${name}" has no descriptors`,
      path,
    });
    return [];
  });
  for (const option of Object.keys(descriptors)) {
    if (options.includes(option)) continue;
    const message = `there are descriptors for "${option}", which is no option of "${name}"`;
    faults.push({ code: "study.descriptorsUnknown", message, path: `${path}.${option}` });
  }
  const [first] = rows;
  if (first === undefined) return faults;
  for (const { option, row } of rows) {
    if (row.length === first.row.length) continue;
    const message = `option "${option}" of "${name}" has ${row.length} descriptors, "${first.option}" has ${first.row.length}`;
    faults.push({ code: "study.descriptorsRagged", message, path: `${path}.${option}` });
  }
  if (faults.length > 0 || options.length < 2) return faults;
  return [...constantColumns(name, rows, path), ...sameRows(name, rows, path)];
}

type Described = readonly { readonly option: string; readonly row: readonly number[] }[];

function constantColumns(name: string, rows: Described, path: string): Fault[] {
  return (rows[0]?.row ?? []).flatMap((value, column) => {
    if (rows.some(({ row }) => row[column] !== value)) return [];
    const message = `descriptor ${column + 1} of "${name}" is ${value} for every option, and so says nothing`;
    return [{ code: "study.descriptorConstant", message, path, hint: "leave this descriptor out" }];
  });
}

function sameRows(name: string, rows: Described, path: string): Fault[] {
  const first = new Map<string, string>();
  return rows.flatMap(({ option, row }) => {
    const twin = first.get(row.join());
    first.set(row.join(), twin ?? option);
    if (twin === undefined) return [];
    const message = `options "${twin}" and "${option}" of "${name}" have the same descriptors, so that nothing tells them apart`;
    return [
      { code: "study.descriptorsSame", message, path: `${path}.${option}`, hint: "add one in which they differ" },
    ];
  });
}
