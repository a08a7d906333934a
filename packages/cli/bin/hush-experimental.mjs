// Preloaded, or imported first: keeps an older Node from calling what labloop stands on an experiment, in each of its processes.
const emitWarning = process.emitWarning.bind(process);
// The pinned Node calls neither of them one any more; those for macOS and a machine's own may be older.
const stoodOn = /^(Type Stripping|SQLite) is an experimental feature/;

process.emitWarning = (warning, ...rest) => {
  if (rest[0] !== "ExperimentalWarning" || !stoodOn.test(String(warning))) emitWarning(warning, ...rest);
};
