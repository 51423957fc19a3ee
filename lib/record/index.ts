/** The stage `record`: engine records in, a Recording out, and its files. */
export { encodeHistogram } from './histogram.ts';
export { hasJournal, type Journal, openJournal, recoverRecording, removeJournal } from './journal.ts';
export { Recorder, type RecorderPlan, type RecorderSnapshot } from './recorder.ts';
export { readRecording, writeRecording } from './recording-files.ts';
