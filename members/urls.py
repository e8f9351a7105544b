from django.urls import path

from .views import account, second_factor, signing

urlpatterns = [
    path("", account.account, name="account"),
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-out/", signing.SignOut.as_view(), name="sign_out"),
    path("sign-up/", signing.sign_up, name="sign_up"),
    path("sign-up/done/", signing.sign_up_done, name="sign_up_done"),
    path("password/", account.password_change, name="password_change"),
    path("session/", account.session, name="session"),
    path("devices/", account.devices, name="devices"),
    path("devices/end/", account.devices_end, name="devices_end"),
    path("devices/<int:pk>/end/", account.device_end, name="device_end"),
    path("second-factor/", second_factor.renew, name="second_factor"),
    path("second-factor/setup/", second_factor.setup, name="second_factor_setup"),
    path("second-factor/codes/", second_factor.codes, name="second_factor_codes"),
]
