import { Controller } from '@nestjs/common';
import { issueToken as route } from '@loam/contracts/http/gateway';
import { EventStore } from '@loam/event-store';
import type { Edge } from '../edge';
import { refuse } from '../refuse';
import { Route, type Given } from '../route';
import { prefixOf } from '../token-prefix';
import { issueToken, judgeScopes } from './issue-token';

const DAY_MS = 86_400_000;

@Controller()
export class IssueTokenController {
  constructor(private readonly store: EventStore) {}

  @Route(route)
  async issue({ body }: Given<typeof route>, { principal, context }: Edge) {
    const { label, scopes } = body;
    refuse(judgeScopes(scopes, principal.scopes));
    const expiresAt = new Date(Date.now() + body.expires_in_days * DAY_MS);
    const { id, token, createdAt } = await issueToken(this.store, context, { label, scopes, expiresAt });
    return {
      ...{ id, label, scopes, raw_token: token, prefix: prefixOf(id) },
      ...{ created_at: createdAt, expires_at: expiresAt.toISOString(), revoked_at: null },
    };
  }
}
