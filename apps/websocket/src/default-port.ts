/** The text gives no port for WebSocket; this is the one of its other programs. */
export const DEFAULT_PORT = 8000;
