import * as z from "zod";

/** Any JSON value; NaN and infinity are not JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export const Json: z.ZodType<Json> = z.json();
