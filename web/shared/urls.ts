/** Every address of the service, in one place. */
export const urls = {
  today: () => '/',
  signIn: () => '/sign-in',
  signOut: () => '/sign-out',
  signOutEverywhere: () => '/sign-out-everywhere',
  answer: (token: string) => `/a/${token}`,
  deployments: () => '/deployments',
  deployment: (reference: string) => `/deployments/${encodeURIComponent(reference)}`,
  startDeployment: () => '/start',
  region: () => '/region',
  programmes: () => '/programmes',
  programme: (id: string) => `/programmes/${encodeURIComponent(id)}`,
  programmeProposal: (number: number) => `/programmes/proposals/${number}`,
  calendarProposal: (number: number) => `/calendars/proposals/${number}`,
  calendars: () => '/calendars',
  service: () => '/service',
} as const;
