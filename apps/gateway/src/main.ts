import { startService } from '@loam/service';
import { TenantCreated, TokenIssued, TokenRevoked } from '@loam/contracts/gateway';
import { bootstrap } from './create-tenant/bootstrap';
import { frontOf } from './front';
import { gatewayEnvironment } from './gateway.env';
import { gatewayModule } from './gateway.module';
import { httpDoor } from './http-door';
import { identity } from './identity.projection';
import { Identity1795000000000 } from './migrations/1795000000000-identity';

void startService({
  name: 'gateway',
  environment: gatewayEnvironment,
  migrations: [Identity1795000000000],
  events: [TenantCreated, TokenIssued, TokenRevoked],
  inline: [identity],
  objects: true,
  begin: async ({ store, config }) => {
    await bootstrap(store, config);
    return async () => undefined;
  },
  module: gatewayModule,
  http: async (parts) => ({
    adapter: await httpDoor(parts.metrics, frontOf(parts)),
    host: parts.config.LOAM_HOST,
    port: parts.config.LOAM_PORT,
  }),
});
