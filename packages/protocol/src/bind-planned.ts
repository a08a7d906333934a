import { LabError, type PlannedValue, type Values } from "@labloop/contracts";

/** Returns the parameters of a command, once every role that they name is bound to a device. */
export function bindPlanned(
  params: Readonly<Record<string, PlannedValue>>,
  bindings: Readonly<Record<string, string>>,
): Values {
  const bound: Values = {};
  for (const [name, planned] of Object.entries(params)) {
    if ("value" in planned) bound[name] = planned.value;
    else if ("place" in planned) bound[name] = planned.place;
    else {
      const device = Object.hasOwn(bindings, planned.deviceOf) ? bindings[planned.deviceOf] : undefined;
      if (device === undefined) {
        throw new LabError(
          "protocol.roleUnbound",
          `parameter '${name}' needs the device of role '${planned.deviceOf}'`,
        );
      }
      bound[name] = device;
    }
  }
  return bound;
}
