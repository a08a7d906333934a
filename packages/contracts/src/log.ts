/** Takes structured log lines, one event each; a pino logger is one. Never the place where a fault is answered. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
