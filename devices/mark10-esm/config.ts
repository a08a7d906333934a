import * as z from "zod";

/** What the driver must be told of this stand and gauge, because the wire cannot tell it. */
export const EsmConfig = z.strictObject({
  readingsPerSecond: z
    .number()
    .positive()
    .default(25)
    .describe("Readings a second that the gauge is set, at its own menu, to store while its trigger is held"),
  memoryReadings: z.number().int().min(2).default(5_000).describe("How many readings the gauge's memory holds"),
  capacityN: z
    .number()
    .positive()
    .default(5_000)
    .describe("The gauge's or load cell's capacity in N: a reading as high as this is not believed"),
  contactN: z
    .number()
    .positive()
    .default(5)
    .describe("A stored load above this, in N, shows that something was pressed; above noise, below any part"),
  homeToleranceMm: z
    .number()
    .positive()
    .default(0.04)
    .describe(
      "How far from travel 0 the crosshead may stand and still be at home, in mm: two steps of the stand's 0.02 mm",
    ),
  pollMs: z
    .number()
    .int()
    .min(50)
    .default(1_000)
    .describe(
      "The longest pause between two looks at a moving crosshead is half of what is left, the shortest is this; lab time",
    ),
  settleMs: z
    .number()
    .int()
    .min(100)
    .default(2_000)
    .describe(
      "A crosshead that stands is looked at again after this long, since it stops for a moment where it turns; lab time",
    ),
  answerMs: z
    .number()
    .int()
    .min(100)
    .default(5_000)
    .describe("How long stand or gauge may take for one line, in ms of real time; chosen"),
});
export type EsmConfig = z.infer<typeof EsmConfig>;
