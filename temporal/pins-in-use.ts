import type { Client } from '@temporalio/client';
import { PinCodec, pinsOf } from './pin-codec.ts';
import type { PinName } from './pinned-shape.ts';

/** A pin with which running workflows began, how many of those that were looked at, and one of them. */
export type PinInUse = { readonly hash: string; readonly name: PinName; readonly count: number; readonly workflowId: string };

const AT_ONCE = 20;

/**
 * The pins with which the newest running workflows of a type began, each once, and how many workflows were looked at: the first event of
 * each is read and no content is asked for. Pins that came later, with newer dates, are not among them.
 */
export async function pinsInUse(
  client: Client,
  workflowType: string,
  most: number,
): Promise<{ readonly looked: number; readonly pins: readonly PinInUse[] }> {
  const { namespace } = client.options;
  const pins = new Map<string, PinInUse>();
  let looked = 0;
  const look = async (workflowId: string, runId: string): Promise<void> => {
    const { history } = await client.connection.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    });
    let payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    for (const codec of client.options.loadedDataConverter.payloadCodecs.toReversed())
      if (!(codec instanceof PinCodec)) payloads = await codec.decode(payloads);
    for (const payload of payloads)
      for (const [name, hash] of Object.entries(pinsOf(payload)) as [PinName, string][])
        pins.set(hash, { hash, name, workflowId, count: (pins.get(hash)?.count ?? 0) + 1 });
    looked += 1;
  };
  let group: Promise<void>[] = [];
  const list = client.workflow.list({ query: `WorkflowType = '${workflowType}' AND ExecutionStatus = 'Running'`, pageSize: most });
  for await (const { workflowId, runId } of list) {
    group.push(look(workflowId, runId));
    if (group.length === AT_ONCE) {
      await Promise.all(group);
      group = [];
    }
    if (looked + group.length >= most) break;
  }
  await Promise.all(group);
  return { looked, pins: [...pins.values()] };
}
