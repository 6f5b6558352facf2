/** Port 7 is echo's own (RFC 862), but ports below 1024 need a privilege. */
export const DEFAULT_PORT = 7007;
