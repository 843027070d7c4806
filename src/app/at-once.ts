/** Do the same for every item, a few of them at a time. Results are in the order of the items. */
export async function atOnce<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>()
  const left = items.entries()
  const runNext = async (): Promise<void> => {
    for (const [index, item] of left) results.set(index, await work(item))
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, runNext))
  return items.flatMap((_, index) => {
    const result = results.get(index)
    return result === undefined ? [] : [result]
  })
}
