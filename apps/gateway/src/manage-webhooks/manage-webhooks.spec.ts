import { WebhookDisabled } from '@loam/contracts/webhooks';
import { specification } from '@loam/testing';
import {
  WebhookAdded,
  WebhookChanged,
  WebhookRemoved,
  WebhookSecretRotated,
  type WebhookEvent,
} from '../webhook.stream';
import { changeWebhook, removeWebhook } from './manage-webhooks.decider';

const webhookId = '01890000-0000-7000-8000-000000000000';
const said = { webhookId, url: 'https://a.example/', events: ['*'], description: '' };
const added: WebhookEvent = { type: WebhookAdded.name, data: said };
const disabled: WebhookEvent = { type: WebhookDisabled.name, data: { webhookId, reason: 'gone' } };
const nothing = { webhookId, previousUntil: null };
const until = '2026-01-01T00:00:00.000Z';
const changed = (more: object): WebhookEvent => ({
  type: WebhookChanged.name,
  data: { ...said, active: true, ...more },
});

describe('changing a webhook', () => {
  const given = specification(changeWebhook).given;

  it('changes what is said, and nothing where nothing is new', () => {
    given(added)
      .when({ ...nothing, url: 'https://b.example/' })
      .then(changed({ url: 'https://b.example/' }));
    given(added)
      .when({ ...nothing, events: ['*'], active: true })
      .thenNothingHappens();
  });
  it('pauses it, and brings back one that is disabled', () => {
    given(added)
      .when({ ...nothing, active: false })
      .then(changed({ active: false }));
    given(added, disabled)
      .when({ ...nothing, active: true })
      .then(changed({}));
  });
  it('gives it a new secret each time', () => {
    const rotated = (generation: number): WebhookEvent => ({
      type: WebhookSecretRotated.name,
      data: { webhookId, generation, previousUntil: until },
    });
    given(added).when({ webhookId, previousUntil: until }).then(rotated(2));
    given(added, rotated(2)).when({ webhookId, previousUntil: until }).then(rotated(3));
  });
  it('refuses one that does not exist, or exists no more', () => {
    given().when(nothing).thenRefused('webhook-not-found');
    given(added, { type: WebhookRemoved.name, data: { webhookId } })
      .when(nothing)
      .thenRefused('webhook-not-found');
  });
});

describe('removing a webhook', () => {
  const given = specification(removeWebhook).given;

  it('removes it, once', () => {
    given(added).when({ webhookId }).then({ type: WebhookRemoved.name, data: { webhookId } });
    given().when({ webhookId }).thenRefused('webhook-not-found');
  });
});
