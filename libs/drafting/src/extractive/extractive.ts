import type { Drafter } from '../drafter';
import { composeLesson } from './compose';
import { extractLesson } from './extract';

/** Needs no model and no network: takes what failed and what worked out of the session as it stands there. */
export const extractiveDrafter: Drafter = {
  id: 'extractive-v1',
  extract: async (session) => extractLesson(session),
  compose: async (lesson) => composeLesson(lesson),
};
