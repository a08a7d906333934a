/** What the process ends with, everywhere. */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  checkFaults: 3,
  inDoubt: 4,
  stoppedByPerson: 5,
  tryAgain: 75,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
