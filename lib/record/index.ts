/** The stage `record`: turns engine records into a Recording, and writes and reads its files. */
export { blocksOf } from './blocks.ts';
export { readRunFile, storageError, writeAtomically } from './files.ts';
export { encodeHistogram, SparseSum } from './histogram.ts';
export { hasJournal, JournalReader, openJournal, recoverRecorder, removeJournal } from './journal.ts';
export { makeFolder } from './make-folder.ts';
export { Recorder, type RecorderSnapshot } from './recorder.ts';
export { readRecording, writeRecording } from './recording-files.ts';
