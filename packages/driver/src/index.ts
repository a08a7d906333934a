export { capsOf, type InstrumentIdentity } from "./caps-of.ts";
export { connectLines, type LineSession, type LineSettings } from "./declare/connect-lines.ts";
export { defineDevice, type DeviceDeclaration } from "./declare/define-device.ts";
export type { DeclaredFault, FaultDeclaration } from "./declare/fault-declaration.ts";
export { familyHead, frameOf } from "./declare/family-head.ts";
export { counterUnclear, judgeCounter } from "./declare/judge-counter.ts";
export { unknownNames } from "./declare/unknown-names.ts";
export { unprobed } from "./declare/unprobed.ts";
export { defineFaults, FaultError } from "./declare/faults.ts";
export type { ContextFor, InstrumentState, Done, Failed, Found, TypedContext } from "./declare/operation-form.ts";
export {
  choice,
  flag,
  integer,
  quantity,
  series,
  text,
  type ValueOf,
  type ValuesOf,
} from "./declare/value-specs.ts";
export {
  type CalibrationNeed,
  type Condition,
  type DeviceDefinition,
  type DriverContext,
  driverApi,
  type Ending,
  type Evidence,
  type Finding,
  type HealthWatch,
  type Operation,
  type OperationContext,
  type Telemetry,
} from "./define-device.ts";
export {
  type Declaration,
  type DeviceFamily,
  defineFamily,
  isDeviceFamily,
  type SoundDeclaration,
} from "./define-family.ts";
export type { DeviceBus } from "./loop/durable-bus.ts";
export { type DeviceOptions, openDevice, type RunningDevice } from "./open-device.ts";
export { CommandRecord, type Order } from "./store/command-record.ts";
export type { DeviceStore, JournalChange, JournalHead } from "./store/device-store.ts";
export type { KeptResult, ResultChunk } from "./store/kept-result.ts";
export type { Local } from "./store/local.ts";
export { createMemoryMedium, type MemoryMedium, openMemoryStore } from "./store/memory-store.ts";
export { lastRecordedAt, openSqliteStore } from "./store/sqlite-store.ts";
export { answerLines, openAnsweringWire } from "./wire/answer-lines.ts";
export { asSocket, type SocketLike } from "./wire/as-socket.ts";
export type { ByteStream } from "./wire/byte-stream.ts";
export { connectSerial, type SerialPortSettings } from "./wire/connect-serial.ts";
export { listSerialPorts } from "./wire/list-serial.ts";
export { connectTcp, type TcpAddress } from "./wire/connect-tcp.ts";
export { createLifeline } from "./wire/lifeline.ts";
export {
  createLineExchange,
  type LineExchange,
  type LineExchangeOptions,
  type Question,
} from "./wire/line-exchange.ts";
export { createLineReader, type LineReader, type LineReaderOptions, type LineTerminator } from "./wire/line-reader.ts";
export { serveTcp, type TcpServer, type TcpServerOptions } from "./wire/serve-tcp.ts";
export { createStreamPair, type StreamPairOptions } from "./wire/stream-pair.ts";
export { recordWire, replayWire, type WireReplay } from "./wire/wire-trace.ts";
