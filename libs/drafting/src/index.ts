export {
  type Draft,
  type Drafter,
  DrafterAway,
  DrafterRefused,
  type Extracted,
  type Flag,
  noUsage,
  type Session,
  type Usage,
} from './drafter';
export { type Lesson, lessonSchema } from './lesson';
export { extractiveDrafter } from './extractive/extractive';
