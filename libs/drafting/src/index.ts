export {
  type Draft,
  type Drafter,
  DrafterAway,
  DrafterRefused,
  type Extracted,
  noUsage,
  type Session,
  type Usage,
} from './drafter';
export { type Flag, type Lesson, lessonSchema } from './lesson';
export { extractiveDrafter } from './extractive/extractive';
export { configuredDrafter, drafterEnvironment } from './configured';
