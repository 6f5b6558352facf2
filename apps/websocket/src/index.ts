/** WebSocket, for other programs. */
export { CloseCode, type Closed, closeFrame, WebSocketError } from "./close.ts";
export { WebSocketConnection, type WebSocketOptions } from "./connection.ts";
export { type Frame, frames, Opcode } from "./frames.ts";
export { asksForWebSocket, HandshakeError, responseText } from "./handshake.ts";
export { type Head, HttpError, httpHead, httpResponse, parseHead } from "./http.ts";
export { linesOf } from "./lines-of.ts";
export { asWebSocketError, type Message, MessageReader, messageFrames } from "./messages.ts";
export { acceptWebSocket, type ConnectOptions, connectWebSocket, type OpenOptions, refusalOf } from "./open.ts";
