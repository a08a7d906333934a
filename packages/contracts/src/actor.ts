import * as z from "zod";

/** Who acts: a person or an AI agent, by name. */
export const Actor = z.strictObject({ kind: z.enum(["operator", "agent"]), name: z.string() });
export type Actor = z.infer<typeof Actor>;
