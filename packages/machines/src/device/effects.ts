/** Ask a device for its word on every unfinished command; nothing is sent to it until it has answered (E8). */
export interface SendReconcile {
  readonly device: string;
}
