/**
 * The language in which charts write numbers: English, like the page. Imported before uPlot, because uPlot asks Intl for the browser's
 * language while it loads, and fails where that is invalid (`en-US@posix`).
 */
Object.defineProperty(navigator, 'language', { value: document.documentElement.lang, configurable: true });
