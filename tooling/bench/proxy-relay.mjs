/** A process that copies bytes and does nothing else: what one more hop costs on this machine. `node proxy-relay.mjs <port>` */
import { connect, createServer } from 'node:net';

const server = createServer({ noDelay: true }, (socket) => {
  const other = connect({ port: Number(process.argv[2]), host: '127.0.0.1', noDelay: true });
  for (const end of [socket, other]) end.on('error', () => {});
  socket.pipe(other).pipe(socket);
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
