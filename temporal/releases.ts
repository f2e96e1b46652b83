import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const { VersionDrainageStatus } = proto.temporal.api.enums.v1;

/** One build of which Temporal has heard by its workers. */
export type Build = {
  readonly buildId: string;
  /** Where new runs begin, and where those go that move. */
  readonly current: boolean;
  /** How many of a hundred go here instead of to the current one; null when it takes no such share. */
  readonly rampPercent: number | null;
  /** How many open runs are pinned to it. */
  readonly open: number;
  /** Nothing is left on it: its workers may be stopped. */
  readonly drained: boolean;
};

type Routed = { readonly client: Client; readonly deploymentName: string };

/** The builds that have asked for work under a name, the newest first. Empty when there is none. */
export async function listBuilds({ client, deploymentName }: Routed): Promise<readonly Build[]> {
  const { namespace } = client.options;
  const described = await client.connection.workflowService
    .describeWorkerDeployment({ namespace, deploymentName })
    .catch((error: unknown) => {
      if (isNotFound(error)) return null;
      throw error;
    });
  const { versionSummaries, routingConfig } = described?.workerDeploymentInfo ?? {};
  const builds: Build[] = [];
  for (const { deploymentVersion, drainageInfo } of versionSummaries ?? []) {
    const buildId = deploymentVersion?.buildId ?? '';
    const current = routingConfig?.currentDeploymentVersion?.buildId === buildId;
    const ramping = routingConfig?.rampingDeploymentVersion?.buildId === buildId;
    const { count } = await client.workflow.count(openOn({ deploymentName, buildId }));
    const drained = drainageInfo?.status === VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINED && count === 0;
    builds.push({ buildId, current, rampPercent: ramping ? (routingConfig?.rampingVersionPercentage ?? 0) : null, open: count, drained });
  }
  return builds;
}

/** New runs begin on this build from now on, and pinned ones move to it as they continue as new. A share that another had ends. */
export async function makeCurrent({ client, deploymentName }: Routed, buildId: string): Promise<void> {
  const { namespace, identity } = client.options;
  await client.connection.workflowService.setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId, identity });
}

/** So many of a hundred go to this build, chosen by a hash of their ids; the others to the current one. 0: none does. */
export async function setRamp({ client, deploymentName }: Routed, buildId: string, percentage: number): Promise<void> {
  const { namespace, identity } = client.options;
  await client.connection.workflowService.setWorkerDeploymentRampingVersion({
    namespace,
    deploymentName,
    buildId: percentage === 0 ? '' : buildId,
    percentage,
    identity,
  });
}

/** The ids of the workflows that are pinned to a build. */
export async function* pinnedTo({ client, deploymentName }: Routed, buildId: string): AsyncGenerator<string> {
  for await (const { workflowId } of client.workflow.list({ query: openOn({ deploymentName, buildId }), pageSize: 1_000 }))
    yield workflowId;
}

function openOn({ deploymentName, buildId }: { readonly deploymentName: string; readonly buildId: string }): string {
  return `ExecutionStatus = 'Running' AND TemporalWorkerDeploymentVersion = '${deploymentName}:${buildId}'`;
}

const GRPC_NOT_FOUND = 5;

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && Number(error.code) === GRPC_NOT_FOUND;
}
