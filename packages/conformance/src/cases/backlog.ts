import type { Connection } from "@omnisock/core";
import type { Topic } from "../case.ts";
import { equal, failsWithAny } from "../expect.ts";
import { bytes, receiveExactly, text } from "../traffic.ts";

/** A kernel lets one more in. */
const BACKLOG = 3;
const MOST_THAT_FIT = BACKLOG + 1;

/** How long to wait for a connection that may not fit, in milliseconds: it is not answered then. */
const PATIENCE = 500;

export const backlog: Topic = {
  name: "backlog",
  cases: [
    {
      id: "backlog-fills",
      title: "accept() that is not called lets the kernel's backlog fill; accepting makes room again",
      source: "listen(2); libuv delayed_accept; behaviour 44",
      needs: ["backlog-fills"],
      async run(fixture) {
        const listener = await fixture.listener(undefined, BACKLOG);
        const to = listener.localAddress;
        const clients: Connection[] = [];
        while (clients.length < BACKLOG) clients.push(await fixture.socket().connect(to));
        for (let index = BACKLOG; index <= MOST_THAT_FIT; index++) {
          const client = await fixture
            .socket()
            .connect(to, { timeout: PATIENCE })
            .catch(() => undefined);
          if (client !== undefined) clients.push(client);
        }
        if (clients.length > MOST_THAT_FIT) throw new Error(`${clients.length} clients fit into ${BACKLOG}`);
        const refused = fixture.socket().connect(to, { timeout: PATIENCE });
        await failsWithAny(refused, ["ETIMEDOUT", "ECONNREFUSED"], "connect() to a full listener");
        for (const [index, client] of clients.entries()) {
          await client.sendAll(bytes(`${index}`));
          const server = fixture.own(await listener.accept());
          equal(text(await receiveExactly(server, 1)), `${index}`, "what the next connection sent");
        }
        await fixture.socket().connect(to);
      },
    },
    {
      id: "backlog-small",
      title: "listen(1) serves every one of several clients that connect at once, once accept() is called",
      source: "listen(2): a hint; libuv delayed_accept; behaviour 44",
      async run(fixture) {
        const listener = await fixture.listener(undefined, 1);
        const first = fixture.socket().connect(listener.localAddress);
        const second = fixture.socket().connect(listener.localAddress);
        for (const client of [await first, await second]) {
          fixture.own(await listener.accept());
          await client.close();
        }
        const accepted = listener.accept();
        await fixture.socket().connect(listener.localAddress);
        fixture.own(await accepted);
      },
    },
  ],
};
