import { createServer } from 'node:http';
import process from 'node:process';
import { WebSocket, WebSocketServer } from 'ws';

/* The yardstick for fan-out: a bare ws server that sends one prepared frame to every socket when it is told to. */

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const server = createServer(async (req, res) => {
  let frame = '';
  for await (const chunk of req) frame += chunk;
  for (const socket of sockets.clients) if (socket.readyState === WebSocket.OPEN) socket.send(frame);
  res.end();
});
server.on('upgrade', (req, socket, head) => {
  sockets.handleUpgrade(req, socket, head, (ws) => ws.on('message', () => ws.send('{"type":"ready"}')));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${(server.address() as { port: number }).port}\n`));
