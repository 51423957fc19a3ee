/**
 * Owns the language in which charts write numbers: that of the page, English. Imported before uPlot.
 * Why: uPlot asks Intl for the browser's language as it loads, and fails where that is none (`en-US@posix`).
 */
Object.defineProperty(navigator, 'language', { value: document.documentElement.lang, configurable: true });
