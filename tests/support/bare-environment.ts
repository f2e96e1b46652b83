/**
 * The environment of a program that a test gives all its settings: nothing but where programs are, and where Node keeps what it has made of
 * the sources, without which each start of Chaser takes a second longer of a core.
 */
export const BARE_ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
};
