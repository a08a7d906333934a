import printer from "../../../devices/marlin-gcode/driver.ts";

const { print } = printer.operations;

/** The printer's real driver, but for its evidence: what became of a print that it was not watching, it can never tell. */
export default {
  ...printer,
  operations: {
    print: {
      ...print,
      probe: async () => ({
        outcome: "unknown",
        decisive: false,
        evidence: { counters: "this printer has lost its counters" },
      }),
    },
  },
};
