#!/usr/bin/env node
import { runChaser } from './run.ts';

process.exitCode = await runChaser(process.env, process.argv.slice(2));
