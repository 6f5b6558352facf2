/** The port of the text's select server, from which its chat exercise starts. */
export const DEFAULT_PORT = 8000;
/** The text gives none for browsers. */
export const DEFAULT_WEB_PORT = 8080;
