import { runHook } from './hook/run-hook';
import { isHookVerb } from './hook/wiring';

const [command, verb] = process.argv.slice(2);

// A person waits for each hook, so hooks load nothing of what the other commands need.
if (command === 'hook' && isHookVerb(verb)) runHook(verb, process.env);
else if (command === 'hook' && verb === 'send')
  void import('./hook/send.js').then(({ send }) => send(process.env));
else void import('./run-main.js').then(({ runMain }) => runMain());
