@echo off
rem Finds Python 3.11 and hands over to install.py; the arguments are its own.
chcp 65001 >nul
cd /d "%~dp0"
py -3.11 install.py %*
if errorlevel 9009 echo 没有找到 Python 3.11。请先运行带来的 Python 3.11 安装程序，勾选“py launcher”，再运行一次。
