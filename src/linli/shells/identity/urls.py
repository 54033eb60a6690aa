# SPDX-License-Identifier: MulanPSL-2.0
"""Addresses of the way in: ours, and those of django-allauth that we use."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from linli.shells.identity import pages, phones, sign_on

urlpatterns = [
    path("login/", pages.login, name="account_login"),
    path("phone/", phones.phone, name="phone"),
    path("phone/code/", phones.phone_code, name="phone_code"),
    path("phone/who/", phones.who, name="who"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", pages.PasswordChange.as_view(), name="account_change_password"),
    path("password/new/", phones.password_new, name="password_new"),
    path("begin/<str:code>/", pages.begin, name="begin"),
    path("prove/", pages.prove, name="prove"),
    path("security/", pages.security, name="mfa_index"),
    path("security/", pages.security, name="mfa_list_webauthn"),
    path("devices/end/", pages.device_end, name="device_end"),
    path("devices/end-others/", pages.devices_end, name="devices_end"),
    path("sign-on/", sign_on.go, name="sign_on"),
    path("sign-on/back/", sign_on.back, name="sign_on_back"),
    path("sign-on/release/", sign_on.release, name="sign_on_release"),
    path("factor/", mfa.authenticate, name="mfa_authenticate"),
    path("factor/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/", totp.activate_totp, name="mfa_activate_totp"),
    path("app/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("passkey/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("passkey/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("passkey/again/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkey/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]
