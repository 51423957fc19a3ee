/** The stage `record`: engine records in, a Recording out, and its files. */
export { blocksOf } from './blocks.ts';
export { readRunFile, storageError, writeAtomically } from './files.ts';
export { encodeHistogram } from './histogram.ts';
export { hasJournal, JournalReader, openJournal, recoverRecorder, removeJournal } from './journal.ts';
export { Recorder, type RecorderSnapshot } from './recorder.ts';
export { readRecording, writeRecording } from './recording-files.ts';
