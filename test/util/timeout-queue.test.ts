import { expect, it } from 'vitest';
import { createTimeoutQueue, type Expirable } from '../../src/util/timeout-queue.ts';

/** An item, and what became of it. */
function createItem(): Expirable & { isWaiting: boolean; hasExpired: boolean } {
  return {
    isWaiting: true,
    hasExpired: false,
    expire() {
      this.isWaiting = false;
      this.hasExpired = true;
    },
  };
}

it('keeps none of the many that are served behind one that waits for long', () => {
  const queue = createTimeoutQueue(600_000);
  queue.add(createItem());
  for (let served = 0; served < 100_000; served += 1) {
    const item = createItem();
    queue.add(item);
    item.isWaiting = false;
    queue.prune();
  }
  expect(queue.size).toBeLessThan(3000);
});

it('expires in their order those that wait, and no others', async () => {
  const queue = createTimeoutQueue(20);
  const items = Array.from({ length: 5000 }, createItem);
  const order: number[] = [];
  const expired = new Promise<void>((resolve) => {
    for (const [index, item] of items.entries()) {
      item.expire = () => {
        item.isWaiting = false;
        order.push(index);
        if (index === 4999) resolve();
      };
      queue.add(item);
      if (index % 3 === 0) item.isWaiting = false;
    }
  });
  await expired;
  expect(order).toEqual(items.map((_, index) => index).filter((index) => index % 3 !== 0));
  expect(queue.size).toBe(0);
});
