from django.urls import path

from .views import account, joining, personal, resets, second_factor, signing

urlpatterns = [
    path("", account.account, name="account"),
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-out/", signing.SignOut.as_view(), name="sign_out"),
    path("sign-up/", signing.sign_up, name="sign_up"),
    path("sign-up/done/", signing.sign_up_done, name="sign_up_done"),
    path("my-data/", personal.my_data, name="my_data"),
    path("my-data/download/", personal.download, name="my_data_download"),
    path("my-data/close/", personal.close, name="close_account"),
    path("my-data/stay/", personal.stay, name="stay"),
    path("privacy/", account.privacy, name="privacy"),
    path("join/", joining.enter_code, name="join_code"),
    path("join/<str:code>/", joining.join, name="join"),
    path("invitations/", joining.unit_invitations, name="unit_invitations"),
    path("invitations/<int:pk>/", joining.unit_invitation, name="unit_invitation"),
    path("invitations/<int:pk>/revoke/", joining.unit_invitation_revoke, name="unit_invitation_revoke"),
    path("forgotten/", resets.forgotten, name="forgotten"),
    path("forgotten/done/", resets.forgotten_done, name="forgotten_done"),
    path("reset/code/", resets.by_code, name="reset_by_code"),
    path("reset/<str:uid>/<str:token>/", resets.by_link, name="reset_by_link"),
    path("password/", account.password_change, name="password_change"),
    path("session/", account.session, name="session"),
    path("devices/", account.devices, name="devices"),
    path("devices/end/", account.devices_end, name="devices_end"),
    path("devices/<int:pk>/end/", account.device_end, name="device_end"),
    path("second-factor/", second_factor.renew, name="second_factor"),
    path("second-factor/setup/", second_factor.setup, name="second_factor_setup"),
    path("second-factor/codes/", second_factor.codes, name="second_factor_codes"),
]
