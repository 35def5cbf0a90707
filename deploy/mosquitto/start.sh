#!/bin/sh
# Makes the password file of mosquitto from MQTT_USER and MQTT_PASSWORD, and starts it.
set -eu
: "${MQTT_USER:?}" "${MQTT_PASSWORD:?}"
umask 077
printf '%s:%s\n' "$MQTT_USER" "$MQTT_PASSWORD" >/tmp/passwords
mosquitto_passwd -U /tmp/passwords
unset MQTT_USER MQTT_PASSWORD
exec mosquitto -c "${1:-/mosquitto/config/mosquitto.conf}"
