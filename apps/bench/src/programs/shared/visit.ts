/** How long a visitor's message is, after whose echo the server closes. */
export const VISIT_BYTES = 64;
