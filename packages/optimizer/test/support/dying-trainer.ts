// Stands in for a crash of a native library: this thread ends as soon as it is started.
process.exit(3);
