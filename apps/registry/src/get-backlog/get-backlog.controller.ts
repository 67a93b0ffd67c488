import { Controller } from '@nestjs/common';
import type { Output } from '@loam/contracts/define';
import { GetBacklog } from '@loam/contracts/reading';
import { Database } from '@loam/database';
import { followerLag } from '@loam/event-store';
import { OnRequest } from '@loam/messaging';

@Controller()
export class GetBacklogController {
  constructor(private readonly database: Database) {}

  @OnRequest(GetBacklog)
  async get(): Promise<Output<typeof GetBacklog>> {
    const { events } = await followerLag(this.database, 'relay');
    return { events };
  }
}
