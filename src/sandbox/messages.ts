import type { RawData, WebSocket } from 'ws';

/**
 * Handles the messages of a replication socket, which any program of this machine may have opened, and any web page.
 * A message whose handling throws is none of a node: it closes the socket with 1007.
 */
export function onMessage(socket: WebSocket, handle: (text: string) => void): void {
  socket.on('message', (data: RawData) => {
    try {
      handle(String(data));
    } catch {
      socket.close(1007);
    }
  });
}
