/** WebSockets. Bundled at build time, without its native helpers (scripts/bundle.mjs). */
export { WebSocket, WebSocketServer } from 'ws';
